"""The four two-way rules of an account: explained in words, with what each would change, before it acts."""
