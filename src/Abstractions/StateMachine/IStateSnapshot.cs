namespace Consensus;

/// <summary>A captured state that stays as it was while the state machine goes on.</summary>
public interface IStateSnapshot : IDisposable
{
    /// <summary>
    /// Writes the state in a canonical form: equal states give equal bytes. May be called on another thread than the state machine's,
    /// while it applies commands.
    /// </summary>
    void WriteTo(Stream destination);
}
