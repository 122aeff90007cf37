"""The OpenAPI document: how operations and components are described, and what a change of it would break."""
