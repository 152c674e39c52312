"""What the edge and its audit call of auth, and so may; og_service.policy has the rest."""

from __future__ import annotations

from typing import Final

EDGE_AUTH: Final = frozenset(
    {"AdmitNewCard", "BatchAuthorize", "CompleteVerification", "RecordVerification"}
)
EDGE_ACCOUNT: Final = frozenset(
    {
        "CreateApiKey",
        "CreateSite",
        "DeleteSite",
        "GetAccount",
        "GetSite",
        "ListApiKeys",
        "ListSites",
        "RevokeApiKey",
        "RotateApiKey",
        "UpdateAccount",
        "UpdateApiKey",
        "UpdateSite",
    }
)
AUDITOR_ACCOUNT: Final = frozenset({"GetAccount", "ListAccounts", "ListApiKeys", "ListSites"})
EDGE_IDENTITY: Final = frozenset(
    {
        "ChangeEmail",
        "ChangePassword",
        "CheckPassword",
        "DeleteAccount",
        "EndSessions",
        "GetSession",
        "ListSessions",
        "RequestPasswordReset",
        "ResetPassword",
        "SendVerification",
        "SignIn",
        "SignOut",
        "SignUp",
        "VerifyEmail",
    }
)
