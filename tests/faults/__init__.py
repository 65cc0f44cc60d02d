"""The history checker: writers with a journal, readers with the browser's state machine, faults in between."""
