using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Replication.Sessions;

/// <summary>One client's session: the results of its commands from the oldest one that it has not acknowledged.</summary>
internal sealed class Session(ClientId client, PublicKey key, LogIndex lastUsed, ulong acknowledgedBelow)
{
    /// <summary>How far a session's commands may run ahead of what it has acknowledged.</summary>
    public const int WindowMax = 16_384;

    private readonly KeptResults _results = new();

    public ClientId Client { get; } = client;

    /// <summary>The key that its commands must be signed with; none: whoever knows its number may use it.</summary>
    public PublicKey Key { get; } = key;

    /// <summary>The last entry that belongs to the session.</summary>
    public LogIndex LastUsed { get; private set; } = lastUsed;

    /// <summary>Results of smaller numbers are no longer kept.</summary>
    public ulong AcknowledgedBelow { get; private set; } = acknowledgedBelow;

    /// <summary>What the results count against the bounds of <see cref="SessionOptions"/>.</summary>
    public long ResultBytes { get; private set; }

    /// <summary>Whether a number lies in the window that the session may use.</summary>
    public bool Allows(ulong sequence) => IsInWindow(sequence, AcknowledgedBelow);

    /// <summary>Whether a number lies in the window that begins at another. The very last number is none: nothing could acknowledge it.</summary>
    public static bool IsInWindow(ulong sequence, ulong first) => sequence >= first && sequence - first < WindowMax && sequence < ulong.MaxValue;

    /// <summary>Finds the result of a command that was applied before.</summary>
    public bool TryGet(ulong sequence, out AppliedCommand applied)
    {
        var isKept = _results.TryGet(sequence, out var result);
        applied = isKept ? result.AppliedOf(Client) : default;
        return isKept;
    }

    /// <summary>An entry of the session is applied, and acknowledges results.</summary>
    public void Use(LogIndex index, ulong acknowledgedBelow, SessionTree tree)
    {
        LastUsed = index;
        AcknowledgedBelow = Math.Max(AcknowledgedBelow, acknowledgedBelow);
        Forget(AcknowledgedBelow, tree);
    }

    /// <summary>Keeps a result of which there is none yet.</summary>
    public void Keep(in KeptResult result)
    {
        _results.Add(result);
        ResultBytes += result.Cost;
    }

    /// <summary>Writes what has changed since the last time, and gives back room that is not needed.</summary>
    public void WriteTo(SessionTree tree)
    {
        tree.Set(this);
        for (var i = 0; i < _results.Count; i++)
        {
            ref var result = ref _results[i];
            if (!result.IsInTree)
            {
                tree.Add(Client, result);
                result = result with { IsInTree = true };
            }
        }

        _results.Trim();
    }

    /// <summary>Takes everything out of the tree.</summary>
    public void Close(SessionTree tree)
    {
        Forget(ulong.MaxValue, tree);
        tree.Remove(Client);
    }

    private void Forget(ulong below, SessionTree tree)
    {
        while (_results.TryTakeBelow(below, out var result))
        {
            ResultBytes -= result.Cost;
            if (result.IsInTree)
            {
                tree.Remove(Client, result.Sequence);
            }
        }
    }
}
