namespace Consensus.Engine;

/// <summary>
/// Steps a core and carries out its effects: group commit, and the rule that a promise leaves only when it is on disk. Synchronous and
/// deterministic; the same code runs in production and in simulation.
/// </summary>
/// <remarks>
/// One turn is: <see cref="BeginTurn"/>, <see cref="Step"/> for each input at hand, then <see cref="EndTurn"/>. While a batch is being flushed the driver keeps
/// stepping; what is staged meanwhile forms the next batch, so one flush serves all that arrived during the one before. Always holds:
/// flushed ≤ submitted ≤ accepted. Not safe to use from more than one thread.
/// </remarks>
public sealed class ReplicaDriver
{
    private readonly IProtocolCore _core;
    private readonly IWriteAheadLog _log;
    private readonly IReplicaHost _host;
    private readonly EffectBuffer _effects;
    private readonly Queue<(Lsn AfterLsn, OutgoingMessage Message)> _held = new();
    private Lsn _submitted;
    private Lsn _flushed;
    private bool _acceptsWrites;

    /// <summary>Creates the driver of a core whose log has been recovered.</summary>
    public ReplicaDriver(IProtocolCore core, IWriteAheadLog log, IReplicaHost host)
    {
        _core = core;
        _log = log;
        _host = host;
        _effects = new EffectBuffer(log.LastStaged);
        _submitted = log.LastStaged;
        _flushed = log.LastStaged;
        _acceptsWrites = log.AcceptsWrites;
    }

    /// <summary>When the driver wants a turn at the latest.</summary>
    public Ticks NextDeadline => _core.NextDeadline;

    /// <summary>What the core is at the moment. Valid between turns.</summary>
    public CoreStatus Status => _core.Status;

    /// <summary>The last record that is on disk.</summary>
    public Lsn Flushed => _flushed;

    /// <summary>Whether a batch is being flushed.</summary>
    public bool IsFlushing => _submitted > _flushed;

    /// <summary>How many promises wait for the disk.</summary>
    internal int HeldMessages => _held.Count;

    /// <summary>Begins a turn.</summary>
    /// <param name="now">The time, read before the wall clock.</param>
    /// <param name="clock">What the wall clock shows.</param>
    public void BeginTurn(Ticks now, Timestamp clock) => _core.BeginTurn(now, clock);

    /// <summary>Takes one input.</summary>
    public void Step(Ticks now, Input input) => _core.Step(now, input, _effects);

    /// <summary>What proves that an entry is committed.</summary>
    public ProofAnswer Prove(LogIndex index) => _core.Prove(index);

    /// <summary>The command of a committed entry.</summary>
    public ProofAnswer FindCommand(LogIndex index) => _core.FindCommand(index);

    /// <summary>A batch is on disk: releases the promises that waited for it.</summary>
    public void OnFlushed(Ticks now, LogDurable durable)
    {
        Invariant.Holds(durable.Lsn == _submitted && durable.Lsn > _flushed, "A completed flush is the one under way.");
        _flushed = durable.Lsn;

        // First what the batch has left of the space: what its completion makes room for must not be taken if there is none.
        NoteSpace(now);
        _core.Step(now, durable, _effects);
    }

    /// <summary>Ends a turn: carries out the effects of all its steps.</summary>
    public void EndTurn(Ticks now)
    {
        if (now >= _core.NextDeadline)
        {
            _core.Step(now, TimePassed.Instance, _effects);
        }

        NoteSpace(now);
        _core.EndTurn(now, _effects);
        StageRecords();
        BeginFlush();
        SendMessages();
        HandOver();
        _effects.Clear();
    }

    private void NoteSpace(Ticks now)
    {
        if (_log.AcceptsWrites != _acceptsWrites)
        {
            _acceptsWrites = !_acceptsWrites;
            _core.Step(now, new SpaceChanged(_acceptsWrites), _effects);
        }
    }

    private void StageRecords()
    {
        for (var i = 0; i < _effects.Records.Count; i++)
        {
            _log.Stage(_effects.Records[i]);
        }

        Invariant.Holds(_log.LastStaged == _effects.LastLsn, "The log holds what the core has appended.");
    }

    private void BeginFlush()
    {
        if (!IsFlushing && _log.TakeBatch() is { } batch)
        {
            Invariant.Holds(batch.LastLsn > _submitted, "Batches follow each other.");
            _submitted = batch.LastLsn;
            _host.BeginFlush(batch);
        }

        if (_effects.CompactUpTo > LogIndex.Zero)
        {
            _host.BeginCompaction(_effects.CompactUpTo);
        }
    }

    private void SendMessages()
    {
        var sent = false;

        // Held promises first: order towards a peer is kept as far as durability allows.
        while (_held.TryPeek(out var held) && held.AfterLsn <= _flushed)
        {
            _host.Send(held.Message.To, held.Message.Message);
            _held.Dequeue();
            sent = true;
        }

        for (var i = 0; i < _effects.Messages.Count; i++)
        {
            var outgoing = _effects.Messages[i];
            if (outgoing.Message is PromiseMessage promise && promise.AfterLsn > _flushed)
            {
                Invariant.Holds(promise.AfterLsn <= _log.LastStaged, "A promise waits for a record that exists.");
                _held.Enqueue((promise.AfterLsn, outgoing));
                continue;
            }

            _host.Send(outgoing.To, outgoing.Message);
            sent = true;
        }

        if (sent)
        {
            _host.FlushMessages();
        }
    }

    private void HandOver()
    {
        // By index: enumerating a list through its interface allocates, in every turn.
        if (_effects.Kept is { } kept)
        {
            _host.Begin(new KeepSnapshots(kept));
        }

        if (_effects.Install is { } snapshot)
        {
            _host.Install(snapshot);
        }

        if (_effects.Committed.Count > 0)
        {
            _host.Apply(_effects.Committed);
        }

        for (var i = 0; i < _effects.Requests.Count; i++)
        {
            _host.Begin(_effects.Requests[i]);
        }

        for (var i = 0; i < _effects.Evidence.Count; i++)
        {
            _host.Keep(_effects.Evidence[i]);
        }

        for (var i = 0; i < _effects.Refusals.Count; i++)
        {
            _host.Refuse(_effects.Refusals[i]);
        }

        for (var i = 0; i < _effects.Reads.Count; i++)
        {
            _host.ConfirmRead(_effects.Reads[i]);
        }

        for (var i = 0; i < _effects.Controls.Count; i++)
        {
            _host.CompleteControl(_effects.Controls[i]);
        }

        for (var i = 0; i < _effects.Events.Count; i++)
        {
            _host.Raise(_effects.Events[i]);
        }
    }
}
