namespace Wharf.Api.Common;

/// <summary><c>{}</c>: the value of Docker's maps that are really sets (<c>ExposedPorts</c>, <c>Volumes</c>).</summary>
public sealed class EmptyObject
{
    public static EmptyObject Instance { get; } = new();
}
