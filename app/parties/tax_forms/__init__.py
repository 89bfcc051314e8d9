"""The tax forms of those who are paid: without a valid one nobody's money is sent on."""
