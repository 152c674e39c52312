"""What the edge calls of auth, and therefore may; og_service.policy has the rest."""

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
