//! The engine, over a notebook of its own and in time that a test moves.
