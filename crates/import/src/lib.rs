//! From bytes to rows and problems: CSV, Excel and Parquet.
