using Consensus.Engine;

namespace Consensus.Gossip.Repair;

/// <summary>One exchange with a peer: whose turn it is, and what it has cost.</summary>
/// <param name="number">Its number, drawn by whoever began it.</param>
/// <param name="salt">Drawn likewise.</param>
/// <param name="start">Where both sides begin.</param>
/// <param name="isMine">Whether this node began it.</param>
internal sealed class RepairExchange(uint number, FingerprintSalt salt, ulong start, bool isMine)
{
    /// <summary>How many steps an exchange takes at most: each of them looks one digit further, and the last ones send what was found.</summary>
    public const int TurnsMax = State.KeyRange.DepthMax + 4;

    public uint Number => number;

    public FingerprintSalt Salt => salt;

    public bool IsMine => isMine;

    /// <summary>How far it got: whether there is more, and where.</summary>
    public RepairWalk Walk { get; } = new(start);

    /// <summary>The number of the step that is waited for.</summary>
    public int NextTurn { get; set; } = 1;

    public Ticks Deadline { get; set; }

    public int BytesSent { get; set; }

    public long BytesReceived { get; set; }

    /// <summary>How many values it brought.</summary>
    public int Gained { get; set; }

    /// <summary>Whether it brought something that should have come as news long ago.</summary>
    public bool HasMissed { get; set; }
}
