"""SDKs as customers run them, unmodified and in processes of their own, against the gateway; bytes of those not run.

`install.sh` brings them from their registries into folders that git ignores.
"""
