"""Entering a report in one sitting: from its source to the records that it proves, by keyboard."""
