//! The tables as data: typed columns in memory, site mapping.
