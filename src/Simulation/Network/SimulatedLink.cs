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
    private readonly List<Disruption> _disruptions = [];
    private readonly Queue<(long Number, FrameBuffer Frame)> _held = new();
    private readonly Stack<Arrival> _idle = new();
    private int _life;
    private long _carried;
    private long _lastArrived;
    private Ticks _lastArrival;
    private Task _underWay = Task.CompletedTask;

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

    public LinkState State { get; private set; }

    /// <summary>Something begins to hold the link up.</summary>
    public void Disrupt(Disruption disruption)
    {
        _disruptions.Add(disruption);
        TakeState();
    }

    /// <summary>Something holds the link up no longer.</summary>
    public void Mend(Disruption disruption)
    {
        if (_disruptions.Remove(disruption))
        {
            TakeState();
        }
    }

    /// <summary>Nothing holds the link up any longer.</summary>
    public void Heal()
    {
        _disruptions.Clear();
        TakeState();
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
        if (State == LinkState.Cut)
        {
            _network.Tally.Cut++;
            return true;
        }

        if (_random.Chance(quality.DropRate))
        {
            _network.Tally.Dropped++;
            return true;
        }

        Put(frame);
        if (_random.Chance(quality.DuplicateRate))
        {
            _network.Tally.Duplicated++;
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
        var number = ++_carried;
        if (State == LinkState.Clogged)
        {
            Hold(number, buffer);
        }
        else
        {
            Plan(number, buffer);
        }
    }

    private void Plan(long number, FrameBuffer frame)
    {
        var quality = _network.Quality;
        var latency = _random.NextBetween(quality.LatencyMin, quality.LatencyMax);
        if (_random.Chance(quality.ReorderRate))
        {
            // Later frames pass it: they need not wait for its arrival.
            PlanArrival(_agenda.Now + latency + _random.NextBetween(TimeSpan.Zero, quality.DelayMax), number, frame);
            return;
        }

        if (_random.Chance(quality.DelayRate))
        {
            _network.Tally.Delayed++;
            latency += _random.NextBetween(TimeSpan.Zero, quality.DelayMax);
        }

        var at = _agenda.Now + latency;
        _lastArrival = at > _lastArrival ? at : _lastArrival;
        PlanArrival(_lastArrival, number, frame);
    }

    private void PlanArrival(Ticks at, long number, FrameBuffer frame)
    {
        if (!_idle.TryPop(out var arrival))
        {
            arrival = new Arrival(this);
        }

        arrival.Frame = frame;
        arrival.Life = _life;
        _agenda.Plan(at, arrival, number);
    }

    private void Arrive(long number, FrameBuffer frame, int life)
    {
        if (life != _life)
        {
            frame.Dispose();
            return;
        }

        if (State == LinkState.Clogged)
        {
            Hold(number, frame);
            return;
        }

        if (!_underWay.IsCompleted)
        {
            // The receiver is full: the reader waits, and so does everything behind it.
            PlanArrival(_agenda.Now + BackPressurePause, number, frame);
            return;
        }

        Bytes -= frame.Memory.Length;
        if (State == LinkState.Cut)
        {
            _network.Tally.Cut++;
            frame.Dispose();
            return;
        }

        if (number < _lastArrived)
        {
            _network.Tally.Overtaken++;
        }

        _lastArrived = Math.Max(_lastArrived, number);
        _underWay = _network.Deliver(this, frame).AsTask();
    }

    private void Hold(long number, FrameBuffer frame)
    {
        _network.Tally.Held++;
        _held.Enqueue((number, frame));
    }

    private void TakeState()
    {
        var state = LinkState.Open;
        foreach (var disruption in _disruptions)
        {
            state = disruption.Effect > state ? disruption.Effect : state;
        }

        State = state;
        if (state == LinkState.Cut)
        {
            DropHeld();
        }
        else if (state == LinkState.Open)
        {
            ReleaseHeld();
        }
    }

    private void ReleaseHeld()
    {
        while (_held.TryDequeue(out var held))
        {
            Plan(held.Number, held.Frame);
        }
    }

    private void DropHeld()
    {
        while (_held.TryDequeue(out var held))
        {
            _network.Tally.Cut++;
            Bytes -= held.Frame.Memory.Length;
            held.Frame.Dispose();
        }
    }

    /// <summary>The planned arrival of a frame; used again afterwards.</summary>
    private sealed class Arrival(SimulatedLink link) : IPlanned
    {
        public FrameBuffer Frame { get; set; }

        public int Life { get; set; }

        public void Happen(long plan)
        {
            var (frame, life) = (Frame, Life);
            link._idle.Push(this);
            link.Arrive(plan, frame, life);
        }
    }
}
