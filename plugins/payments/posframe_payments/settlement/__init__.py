"""Settlement: what the provider says it paid out, held against what the tills say was paid.

`file_map` and `reading` turn a provider's CSV file into rows; `reconciling` compares the journal,
the provider's own list and those rows, and names for each difference an owner and a next step. All
of it is pure: files are read and reports written elsewhere.
"""
