"""What each listener is drawn to: affinity per track and a profile per user."""
