using System.Buffers;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;

namespace Consensus.Hybrid.Tests.Epochs;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HybridMessageCodecTests
{
    private static readonly Group Group = new();
    private static readonly HandoverCertificate Beginning = Group.Beginning(Group.First);

    private readonly HybridEngine _engine = Group.Engine();

    private static IEnumerable<ProtocolMessage> Messages
    {
        get
        {
            var content = Beginning.Content;
            yield return new HandoverVote(Lsn.Zero, Group.First.Tag, content, Group.Sign(20, Group.First, content));
            yield return new HandoverProof([Beginning, Group.Beginning(Beginning.Next, EpochProtocol.HotStuff)]);
            yield return new HandoverProof([]);
            yield return new ProofRequest(new Epoch(ulong.MaxValue));
            yield return new EntriesRequest(Group.Position(3), Group.Position(long.MaxValue));
            yield return new EntriesAnswer(Group.Position(2), Group.Position(9), Group.Log(3, Group.Position(2)));
            yield return new EntriesAnswer(Group.Position(2), Group.Position(9), default);
            yield return new StateRequest(new Epoch(4));
            yield return new StateOffer(Snapshots.Of(Beginning));
            yield return new StatePartRequest(new Epoch(4), long.MaxValue);
            yield return new StatePart(new Epoch(4), 5, new byte[] { 1, 2, 3 });
            yield return new StatePart(new Epoch(4), 5, default);
            var floor = new FloorContent(Group.Position(9), Beginning.Content.StateHash);
            yield return new FloorVote(Lsn.Zero, Group.First.Tag, floor, Group.Know(Group.First).Say(floor).Sign(Group.Keys.Signer(20)));
            yield return new FloorHeld(Group.First.Tag, new LogIndex(long.MaxValue), LogIndex.Zero);
            yield return new FloorProof(Group.First.Tag, new FloorCertificate(floor, Group.Keys.Certify(Group.Know(Group.First).Say(floor), [10, 20, 30])));
            yield return new SnapshotQuestion(Group.First.Tag, new LogIndex(long.MaxValue));
            yield return new SnapshotWitness(Group.First.Tag, Snapshots.Of(Beginning));
            yield return new EndNotice(Lsn.Zero, Group.First.Tag, null);
            var order = SealOrder.Give(Group.First, new NextEpoch(EpochProtocol.HotStuff), Group.Operator);
            yield return new EndNotice(Lsn.Zero, Group.First.Tag, new EndCause.ByOrder(order));
            var known = Group.Know(Group.First);
            SignedThreatReport Report(uint reporter) => SignedThreatReport.Give(known, new ThreatReport(new NodeId(reporter), new NodeId(40), ThreatLevel.High, 7), Group.Keys.Signer(reporter));
            yield return new EndNotice(Lsn.Zero, Group.First.Tag, new EndCause.ByReports([Report(10), Report(20)]));
            yield return new EndNotice(Lsn.Zero, Group.First.Tag, new EndCause.ByEvidence(Group.Evidence(40)));
            yield return new ThreatNotice(Group.First.Tag, Report(20));
            yield return new EvidenceNotice(Group.First.Tag, Group.Evidence(40));
            yield return new ReturnRequest(Group.First.Tag, order);
            yield return new ReturnAnswer(Group.First.Tag, order, order.ConsentIn(Group.First.Domain).Sign(Group.Keys.Signer(20)), "");
            yield return new ReturnAnswer(Group.First.Tag, order, default, "It is not quiet.");
            yield return new MarkNotice(Group.First.Tag, new NodeId(30), Group.Position(9), known.Say(Group.Position(9)).Sign(Group.Keys.Signer(30)));
        }
    }

    [Test]
    public void Every_kind_has_a_sample() => Assert.That(
        Messages.Select(message => message.GetType().Name).Distinct(StringComparer.Ordinal),
        Is.EquivalentTo(Enum.GetNames<HybridMessageKind>().Except([nameof(HybridMessageKind.OfEpoch)], StringComparer.Ordinal)));

    [TestCaseSource(nameof(Messages))]
    public void What_is_written_is_read_again_and_accepted(ProtocolMessage message)
    {
        var bytes = Written(message);

        var read = _engine.Codec.Decode(bytes);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read, Is.TypeOf(message.GetType()));
            Assert.That(Written(read), Is.EqualTo(bytes));
            Assert.That(_engine.Verifier.Verify(new NodeId(20), read, out var defect), Is.EqualTo(MessageVerdict.Accepted), defect);
        }
    }

    // The core takes them for checked, and by then their epoch may have begun.
    [TestCaseSource(nameof(Messages))]
    public void Of_an_epoch_that_is_not_known_only_that_is_read_of_what_the_core_does_not_check_itself(ProtocolMessage message)
    {
        var elsewhere = new HybridEngine(Group.Ending(Group.First, EpochProtocol.Raft).Next, new HybridOptions(), Group.Identity(10));

        var read = elsewhere.Codec.Decode(Written(message));

        if (message is EndNotice or IFloorMessage or IControlMessage)
        {
            Assert.That((read as EpochMessage)?.Epoch, Is.EqualTo(Group.First.Tag));
            Assert.That(((EpochMessage)read).Content, Is.Null);
        }
        else
        {
            Assert.That(read, Is.TypeOf(message.GetType()));
        }
    }

    [TestCaseSource(nameof(Messages))]
    public void Cut_and_altered_bytes_are_refused_or_another_message(ProtocolMessage message)
    {
        var bytes = Written(message);
        var random = new DeterministicRandom(5);

        using (Assert.EnterMultipleScope())
        {
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.That(() => _engine.Codec.Decode(bytes.AsMemory(0, length)), Throws.TypeOf<MessageFormatException>(), $"{length} bytes");
            }

            Assert.That(() => _engine.Codec.Decode(bytes.Append((byte)0).ToArray()), Throws.TypeOf<MessageFormatException>(), "a byte too many");
        }

        for (var round = 0; round < 300; round++)
        {
            var altered = (byte[])bytes.Clone();
            altered[(int)random.NextBelow((ulong)altered.Length)] ^= (byte)(1 << (int)random.NextBelow(8));
            ReadOrRefuse(altered);
        }
    }

    [Test]
    public void Any_bytes_are_refused_or_a_message()
    {
        var random = new DeterministicRandom(6);
        for (var round = 0; round < 5000; round++)
        {
            var bytes = Enumerable.Range(0, (int)random.NextBelow(80)).Select(_ => (byte)random.NextBelow(256)).ToArray();
            if (bytes.Length > 0 && round % 2 == 0)
            {
                bytes[0] = (byte)random.NextBelow(12);
            }

            ReadOrRefuse(bytes);
        }
    }

    [Test]
    public void A_vote_of_somebody_else_is_invalid()
    {
        var content = Beginning.Content;
        var vote = new HandoverVote(Lsn.Zero, Group.First.Tag, content, Group.Sign(20, Group.First, content));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_engine.Verifier.Verify(new NodeId(30), vote, out _), Is.EqualTo(MessageVerdict.Invalid));
            Assert.That(_engine.Verifier.Verify(new NodeId(20), vote with { Content = Group.Ending(Group.First, state: 2) }, out _), Is.EqualTo(MessageVerdict.Invalid));
            Assert.That(_engine.Verifier.Verify(new NodeId(20), vote with { Signature = Group.Sign(20, content.Next, content) }, out _), Is.EqualTo(MessageVerdict.Invalid), "signed in another epoch");
            Assert.That(_engine.Verifier.Verify(new NodeId(50), vote with { Signature = Group.Sign(50, Group.First, content) }, out _), Is.EqualTo(MessageVerdict.Invalid), "50 is no member");
        }
    }

    [Test]
    public void A_message_of_the_epoch_that_runs_is_what_its_engine_has_sent()
    {
        var sent = Campaign();

        var read = (EpochMessage)_engine.Codec.Decode(Written(sent));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Epoch, Is.EqualTo(Group.First.Tag));
            Assert.That(read.Content, Is.TypeOf(((IEpochMessage)sent).Content!.GetType()));
        }
    }

    [Test]
    public void What_its_engine_has_borrowed_for_a_message_is_given_back_with_it()
    {
        var content = new Borrowing();

        new EpochMessage(Group.First.Tag, content).Release();
        new EpochMessage(Group.First.Tag, null).Release();

        Assert.That(content.Releases, Is.EqualTo(1));
    }

    // What another epoch's engine has written is not even looked at: it may be of another protocol.
    [Test]
    public void Of_a_message_of_an_epoch_that_is_not_known_only_the_epoch_is_read()
    {
        var bytes = Written(Campaign());
        var sibling = Group.Ending(Group.First, EpochProtocol.HotStuff).Next;
        var idAt = bytes.AsSpan().IndexOf(BytesOf(Group.First.Id));
        BytesOf(sibling.Id).CopyTo(bytes.AsSpan(idAt));

        var read = (EpochMessage)_engine.Codec.Decode(bytes);
        var verdict = _engine.Verifier.Verify(new NodeId(20), read, out _);
        bytes[^1] ^= 255;
        var cut = (EpochMessage)_engine.Codec.Decode(bytes.AsMemory(0, idAt + Digest.Size));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Content, Is.Null);
            Assert.That(read.Epoch.Id, Is.EqualTo(sibling.Id));
            Assert.That(verdict, Is.EqualTo(MessageVerdict.Accepted));
            Assert.That(cut, Is.EqualTo(read));
        }
    }

    [Test]
    public void The_epoch_before_can_still_be_read()
    {
        var bytes = Written(Campaign());
        _engine.Book.Begin(_engine.Know(Beginning.Next));
        Assert.That(((EpochMessage)_engine.Codec.Decode(bytes)).Content, Is.Not.Null);
        _engine.Book.Begin(_engine.Know(Group.Ending(Beginning.Next).Next));

        Assert.That(((EpochMessage)_engine.Codec.Decode(bytes)).Content, Is.Null);
    }

    [Test]
    public void A_message_of_another_engine_is_not_written() =>
        Assert.That(() => Written(new StateFetchTests.SomeMessage()), Throws.ArgumentException);

    /// <summary>What node 10 sends when it has heard of no leader.</summary>
    private ProtocolMessage Campaign()
    {
        var voters = new ClusterMembership([.. Group.Members.Members.Select(member => new Member(member.Id, $"n{member.Id}"))], []);
        var core = _engine.CreateCore(new CoreContext { Self = new NodeId(10), Epoch = Epoch.Zero, Seed = 1, Now = Ticks.Zero, Recovered = Group.Disk([]) with { Bootstrap = voters } });
        var effects = new EffectBuffer(Lsn.Zero);
        core.BeginTurn(Ticks.Zero, default);
        core.EndTurn(Ticks.Zero, effects);
        for (var i = 0; effects.Messages.Count == 0 && i < 10; i++)
        {
            var now = core.NextDeadline;
            core.BeginTurn(now, default);
            core.Step(now, TimePassed.Instance, effects);
            core.EndTurn(now, effects);
        }

        return effects.Messages[0].Message;
    }

    private static byte[] BytesOf(Digest digest)
    {
        var bytes = new byte[Digest.Size];
        digest.CopyTo(bytes);
        return bytes;
    }

    private void ReadOrRefuse(byte[] bytes)
    {
        try
        {
            _engine.Verifier.Verify(new NodeId(20), _engine.Codec.Decode(bytes), out _);
        }
        catch (MessageFormatException)
        {
            // Refused; nothing else is ever thrown.
        }
    }

    private byte[] Written(ProtocolMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        _engine.Codec.Encode(message, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private sealed record Borrowing : ProtocolMessage
    {
        public int Releases { get; private set; }

        public override void Release() => Releases++;
    }
}
