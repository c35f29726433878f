"""Days of rounds without links: how good any plan can be, and the best plan of many known rounds."""
