namespace Consensus.Simulation.Histories;

/// <summary>Which calls have taken effect, as bits, and the value they leave: where a search has been need not be searched again.</summary>
internal readonly struct RegisterConfiguration : IEquatable<RegisterConfiguration>
{
    private readonly ulong[] _calls;
    private readonly long? _state;
    private readonly int _hash;

    public RegisterConfiguration(ulong[] calls, long? state)
    {
        _calls = calls;
        _state = state;
        var hash = unchecked(((ulong)state.GetValueOrDefault() * 2) + (state.HasValue ? 1UL : 0UL));
        foreach (var word in calls)
        {
            hash = unchecked((hash ^ word) * 0x9E3779B97F4A7C15UL);
            hash ^= hash >> 29;
        }

        _hash = unchecked((int)(hash ^ (hash >> 32)));
    }

    /// <inheritdoc/>
    public bool Equals(RegisterConfiguration other) => _hash == other._hash && _state == other._state && _calls.AsSpan().SequenceEqual(other._calls);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RegisterConfiguration other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;
}
