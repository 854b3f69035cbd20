using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Wharf.UnitTests")]
[assembly: InternalsVisibleTo("Wharf.KernelTests")]
