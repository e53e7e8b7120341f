"""What an app receives: one payload per listener, one per review, and the version they make up."""
