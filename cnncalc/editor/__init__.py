"""What an editor asks of a spec: plain functions of a document and a place in it.

Nothing here knows a protocol or a page: places are offsets into the text, or spans, and answers
are records. `cnncalc lsp` speaks the language server protocol, and the live page its own.
"""
