"""One class of tests per port, run on the memory and on the local AWS."""
