"""What is measured on behaviour, one file each: an array function with an xarray face."""
