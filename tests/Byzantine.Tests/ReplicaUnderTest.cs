using System.Buffers;
using System.Collections.Immutable;

namespace Consensus.Byzantine.Tests;

/// <summary>
/// One replica whose surroundings a test plays: what it is told, what it wants done, and its clocks, which stand still until they are moved. The tests of the engines share this file, and add
/// what is their own.
/// </summary>
/// <typeparam name="TCore">Its core.</typeparam>
internal abstract class ReplicaUnderTest<TCore>
    where TCore : IProtocolCore
{
    private readonly IEngine _engine;
    private readonly MessageIngress _ingress;
    private readonly RecoveredState _disk;
    private readonly long _clockStart;
    private ulong _lastTicket;

    /// <param name="engine">The engine of this member.</param>
    /// <param name="id">The member.</param>
    /// <param name="disk">What it finds on its disk.</param>
    /// <param name="clockStart">What its wall clock shows, in milliseconds, when the time is zero.</param>
    protected ReplicaUnderTest(IEngine engine, uint id, RecoveredState disk, long clockStart = 0)
    {
        _disk = disk;
        _clockStart = clockStart;
        _engine = engine;
        _ingress = new MessageIngress(engine.Codec, engine.Verifier);
        Id = new NodeId(id);
        Effects = new EffectBuffer(disk.LastLsn);
        Core = (TCore)engine.CreateCore(new CoreContext { Self = Id, Epoch = Epoch.Zero, Seed = 100 * id, Now = Ticks.Zero, Recovered = disk });
    }

    public NodeId Id { get; }

    public TCore Core { get; }

    public Ticks Now { get; private set; }

    /// <summary>What its wall clock shows, in milliseconds.</summary>
    public long Clock => _clockStart + (Now.Value / TimeSpan.TicksPerMillisecond);

    /// <summary>What it wants done, and nobody has taken over yet.</summary>
    public EffectBuffer Effects { get; }

    /// <summary>What its slots hold when all that it wants done is on disk.</summary>
    public ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>> Slots => Effects.Records
        .Where(record => record.Kind == LogRecordKind.Slot)
        .Aggregate(_disk.Slots, (slots, record) => record.Value.IsEmpty ? slots.Remove(record.Slot) : slots.SetItem(record.Slot, record.Value.ToArray()));

    /// <summary>The messages that have left, in the order of leaving.</summary>
    public virtual IReadOnlyList<OutgoingMessage> Sent => Effects.Messages;

    public IEnumerable<T> SentOf<T>() => Sent.Select(sent => sent.Message).OfType<T>();

    public IEnumerable<T> SentTo<T>(uint receiver) => Sent.Where(sent => sent.To == new NodeId(receiver)).Select(sent => sent.Message).OfType<T>();

    public IEnumerable<uint> ReceiversOf<T>() => Sent.Where(sent => sent.Message is T).Select(sent => sent.To.Value);

    /// <summary>A message comes, and is not refused; though it need not be needed.</summary>
    public void Receive(uint from, ProtocolMessage message) => Assert.That(TryReceive(from, message), Is.Null);

    /// <summary>A message comes, as bytes.</summary>
    /// <returns>Why it is refused; none, if it is not.</returns>
    public string? TryReceive(uint from, ProtocolMessage message)
    {
        if (TryAccept(from, message, out var defect) is { } input)
        {
            Step(input);
        }

        return defect;
    }

    /// <summary>A message that is not refused, for a turn in which more happens.</summary>
    public Input Arrived(uint from, ProtocolMessage message)
    {
        var input = TryAccept(from, message, out var defect);
        Assert.That(input, Is.Not.Null, defect);
        return input!;
    }

    /// <summary>A caller wants this command ordered.</summary>
    public void Propose(params byte[] command) => Step(new CommandsProposed(new[] { new Proposal(new Ticket(++_lastTicket), command) }, new Timestamp(5)));

    /// <summary>Time passes until the core wants to be called.</summary>
    public void Wait()
    {
        Now = Core.NextDeadline > Now ? Core.NextDeadline : Now;
        Step(TimePassed.Instance);
    }

    /// <summary>So much time passes. The core is called when it wants to be, and at the end.</summary>
    public void Wait(TimeSpan span)
    {
        var end = Now + span;
        while (Core.NextDeadline < end)
        {
            Wait();
        }

        Now = end;
        Step(TimePassed.Instance);
    }

    /// <summary>Time passes, and the core is not called.</summary>
    public void Sleep(TimeSpan span) => Now += span;

    /// <inheritdoc cref="Wait(TimeSpan)"/>
    public void Wait(int milliseconds) => Wait(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>A turn with these inputs.</summary>
    public void Step(params ReadOnlySpan<Input> inputs)
    {
        Core.BeginTurn(Now, new Timestamp(Clock));
        foreach (var input in inputs)
        {
            Core.Step(Now, input, Effects);
        }

        EndTurn();
    }

    protected virtual void EndTurn() => Core.EndTurn(Now, Effects);

    private MessageReceived? TryAccept(uint from, ProtocolMessage message, out string? defect)
    {
        var buffer = new ArrayBufferWriter<byte>();
        _engine.Codec.Encode(message, buffer);
        return _ingress.TryAccept(new NodeId(from), buffer.WrittenMemory, out var input, out defect) ? input : null;
    }
}
