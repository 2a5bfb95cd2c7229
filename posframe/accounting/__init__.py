"""The books: a closed day as a balanced double-entry file. Counting the day is not done here."""
