"""What the tables say about a performer and a use: values in, values out."""
