using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Wharf.UnitTests")]
