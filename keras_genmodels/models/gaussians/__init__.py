"""Models whose likelihood is maximised in closed form, or nearly."""
