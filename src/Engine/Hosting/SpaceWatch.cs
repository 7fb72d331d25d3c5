namespace Consensus.Engine;

/// <summary>Whether the replica's disk has space for its log: looks again while it has none, and tells whom it concerns when that changes. Used by the loop only.</summary>
internal sealed class SpaceWatch
{
    private static readonly TimeSpan ReclaimInterval = TimeSpan.FromSeconds(1);

    private readonly IWriteAheadLog _log;
    private readonly NodeId _self;
    private readonly LogWorker _logWriter;
    private readonly CommandGateway _commands;
    private readonly ReadGateway _reads;
    private readonly ReplicaEvents _events;
    private Ticks _reclaimAt;

    public SpaceWatch(ReplicaSetup setup, LogWorker logWriter, CommandGateway commands, ReadGateway reads, ReplicaEvents events)
    {
        _log = setup.Log;
        _self = setup.Self;
        _logWriter = logWriter;
        _commands = commands;
        _reads = reads;
        _events = events;
        AcceptsWrites = _log.AcceptsWrites;
        _commands.OnSpace(AcceptsWrites);
    }

    /// <summary>Whether there was space when it was last looked.</summary>
    public bool AcceptsWrites { get; private set; }

    /// <summary>Has the log look for space, if it has none.</summary>
    public void Reclaim(Ticks now)
    {
        if (!_log.AcceptsWrites && now >= _reclaimAt)
        {
            _reclaimAt = now + ReclaimInterval;
            _logWriter.Post(new LogWork(null));
        }
    }

    /// <summary>Looks whether there is space.</summary>
    public void Look()
    {
        if (_log.AcceptsWrites == AcceptsWrites)
        {
            return;
        }

        AcceptsWrites = !AcceptsWrites;
        _commands.OnSpace(AcceptsWrites);
        if (!AcceptsWrites)
        {
            _reads.OnDiskFull();
        }

        _events.Publish(AcceptsWrites ? new WritesResumed() : new WritesSuspended($"The disk of replica {_self} has no space for its log."));
    }
}
