"""The file itself: that it can be read, holds no secret, and suppresses only what is found."""
