namespace Consensus.Hybrid;

/// <summary>One setting that an order may name, in words: for who gives orders, and for who looks at an epoch.</summary>
/// <typeparam name="T">What it is a part of.</typeparam>
/// <remarks>Immutable.</remarks>
public sealed class NamedSetting<T>
    where T : class
{
    private readonly Func<T, string?> _read;
    private readonly Func<T, string?, T?> _write;

    internal NamedSetting(string name, string allowed, Func<T, string?> read, Func<T, string?, T?> write)
    {
        Name = name;
        Allowed = allowed;
        _read = read;
        _write = write;
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>Which texts are values, for people.</summary>
    public string Allowed { get; }

    /// <summary>Its value; nothing, if none is named.</summary>
    /// <param name="settings">All of them.</param>
    public string? ReadFrom(T settings) => _read(settings);

    /// <summary>All settings, with another value of this one.</summary>
    /// <param name="settings">All of them.</param>
    /// <param name="text">The value; nothing, if it is to be named no more.</param>
    /// <returns>Nothing, if the text is none. Whether it is in range is not looked at.</returns>
    public T? Over(T settings, string? text) => _write(settings, text);
}
