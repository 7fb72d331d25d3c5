namespace Consensus.Engine;

/// <summary>What a ticket stands for: its three highest bits.</summary>
internal enum TicketKind : byte
{
    /// <summary>A command of the replica's own session; the rest is its sequence number.</summary>
    SessionCommand = 0,

    /// <summary>A command whose caller keeps a session of its own.</summary>
    CallerCommand = 1,

    /// <summary>A read barrier.</summary>
    Read = 2,

    /// <summary>The opening of the replica's own session.</summary>
    OpenSession = 3,

    /// <summary>A membership change, a transfer of leadership, or the end of an epoch.</summary>
    Control = 4,
}
