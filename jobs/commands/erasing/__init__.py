"""Taking a user out of a home: ``daily30 erase``."""
