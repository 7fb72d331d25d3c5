using Consensus.Engine;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Network;

/// <summary>One direction between two nodes.</summary>
internal sealed class SimulatedLink
{
    /// <summary>How many bytes may be under way; beyond it the sender's queue is full, and frames are dropped.</summary>
    private const long BytesMax = 8 * 1024 * 1024;

    private static readonly TimeSpan BackPressurePause = TimeSpan.FromMilliseconds(1);

    private readonly SimulatedNetwork _network;
    private readonly Agenda _agenda;
    private readonly DeterministicRandom _random;
    private readonly Queue<FrameBuffer> _held = new();
    private int _life;
    private Ticks _lastArrival;
    private Task _underWay = Task.CompletedTask;
    private LinkState _state;

    public SimulatedLink(SimulatedNetwork network, Agenda agenda, DeterministicRandom random, NodeId from, NodeId to)
    {
        _network = network;
        _agenda = agenda;
        _random = random;
        From = from;
        To = to;
    }

    public NodeId From { get; }

    public NodeId To { get; }

    /// <summary>How many bytes are under way.</summary>
    public long Bytes { get; private set; }

    public LinkState State
    {
        get => _state;
        set
        {
            _state = value;
            if (value == LinkState.Cut)
            {
                DropHeld();
            }
            else if (value == LinkState.Open)
            {
                ReleaseHeld();
            }
        }
    }

    /// <summary>Carries a frame, or does not, as the network's quality has it.</summary>
    /// <returns>Whether there was room for it.</returns>
    public bool Carry(ReadOnlySpan<byte> frame)
    {
        if (Bytes + frame.Length > BytesMax)
        {
            return false;
        }

        var quality = _network.Quality;
        if (State == LinkState.Cut || _random.Chance(quality.DropRate))
        {
            return true;
        }

        Put(frame);
        if (_random.Chance(quality.DuplicateRate))
        {
            Put(frame);
        }

        return true;
    }

    /// <summary>Loses what is under way: the connection is gone.</summary>
    public void Reset()
    {
        DropHeld();
        _life++;
        Bytes = 0;
        _underWay = Task.CompletedTask;
    }

    private void Put(ReadOnlySpan<byte> frame)
    {
        var buffer = FrameBuffer.Rent(frame.Length);
        frame.CopyTo(buffer.Memory.Span);
        Bytes += frame.Length;
        if (State == LinkState.Clogged)
        {
            _held.Enqueue(buffer);
        }
        else
        {
            Plan(buffer);
        }
    }

    private void Plan(FrameBuffer frame)
    {
        var quality = _network.Quality;
        var latency = _random.NextBetween(quality.LatencyMin, quality.LatencyMax);
        if (_random.Chance(quality.ReorderRate))
        {
            // Later frames pass it: they need not wait for its arrival.
            PlanArrival(_agenda.Now + latency + _random.NextBetween(TimeSpan.Zero, quality.DelayMax), frame);
            return;
        }

        if (_random.Chance(quality.DelayRate))
        {
            latency += _random.NextBetween(TimeSpan.Zero, quality.DelayMax);
        }

        var at = _agenda.Now + latency;
        _lastArrival = at > _lastArrival ? at : _lastArrival;
        PlanArrival(_lastArrival, frame);
    }

    private void PlanArrival(Ticks at, FrameBuffer frame)
    {
        var life = _life;
        _agenda.Plan(at, () => Arrive(frame, life));
    }

    private void Arrive(FrameBuffer frame, int life)
    {
        if (life != _life)
        {
            frame.Dispose();
            return;
        }

        if (State == LinkState.Clogged)
        {
            _held.Enqueue(frame);
            return;
        }

        if (!_underWay.IsCompleted)
        {
            // The receiver is full: the reader waits, and so does everything behind it.
            PlanArrival(_agenda.Now + BackPressurePause, frame);
            return;
        }

        Bytes -= frame.Memory.Length;
        if (State == LinkState.Cut)
        {
            frame.Dispose();
            return;
        }

        _underWay = _network.Deliver(this, frame).AsTask();
    }

    private void ReleaseHeld()
    {
        while (_held.TryDequeue(out var frame))
        {
            Plan(frame);
        }
    }

    private void DropHeld()
    {
        while (_held.TryDequeue(out var frame))
        {
            Bytes -= frame.Memory.Length;
            frame.Dispose();
        }
    }
}
