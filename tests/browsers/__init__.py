"""Pages in the engines of Firefox and of Safari: that they look and work as in Chromium."""
