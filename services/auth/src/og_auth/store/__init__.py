"""All of this service's SQL, by noun; each class implements a protocol of the domain."""
