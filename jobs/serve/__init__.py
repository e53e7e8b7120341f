"""The read API: what is published, over HTTP; every answer from one version, and saying which."""
