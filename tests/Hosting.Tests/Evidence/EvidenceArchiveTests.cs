using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Storage.Files;

namespace Consensus.Hosting.Tests.Evidence;

/// <summary>Evidence is kept over restarts and crashes, bounded, and believed only if it proves something.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EvidenceArchiveTests
{
    private const string Folder = "data/1/evidence";
    private const int NotStored = 164;
    private const int Damaged = 165;
    private const int Full = 166;
    private const int Unreadable = 167;

    private static readonly SimulatedKeyRegistry Keys = new(5);
    private static readonly SignerSet Members = SignerSet.Create(Enumerable.Range(1, 40).Select(i => new MemberKey(new NodeId((uint)i), Keys.PublicKeyOf((ulong)i))));
    private static readonly ClusterId Cluster = new(Guid.Parse(Settings.Cluster));

    private readonly FragileFiles _files = new();
    private readonly TestOutput _output = new();

    [Test]
    public void What_was_saved_is_listed_after_a_restart_with_its_time_and_as_a_file_that_is_a_document()
    {
        var (archive, evidence) = (Open(), Equivocation(3, 7));
        archive.Save(evidence);
        archive.Save(evidence);
        archive.Save(Equivocation(2, 8));

        var again = Open();

        Assert.That(again.List().Select(Name), Is.EquivalentTo(archive.List().Select(Name)).And.Exactly(2).Items);
        Assert.That(again.Find(evidence.ComputeDigest())!.IsStored, Is.True);
        Assert.That(_files.ListFiles(Folder), Does.Contain($"{evidence.ComputeDigest()}.json").And.Exactly(2).Items);
        Assert.That(_output.Ids, Is.Empty);

        static (Digest, DateTimeOffset) Name(ArchivedEvidence kept) => (kept.Digest, kept.Document.SeenAt);
    }

    [Test]
    public void A_crash_at_any_step_of_writing_leaves_a_whole_file_or_none_and_nothing_is_damaged()
    {
        var outcomes = new HashSet<bool>();
        for (var steps = 0; outcomes.Count < 2; steps++)
        {
            var files = new FragileFiles { StepsLeft = steps };
            Open(files).Save(Equivocation(3, 7));
            files.StepsLeft = int.MaxValue;

            var after = Open(files);

            var whole = after.List().Count == 1;
            outcomes.Add(whole);
            Assert.That(files.ListFiles(Folder), Has.Exactly(whole ? 1 : 0).Items, $"after {steps} steps");
            Assert.That(_output.Ids, Has.No.Member(Damaged), $"after {steps} steps");
        }
    }

    [Test]
    public void A_full_disk_is_reported_and_what_it_did_not_take_is_listed_and_stored_later()
    {
        var archive = Open();
        _files.StepsLeft = 0;
        archive.Save(Equivocation(3, 7));
        var full = archive.List().Single();
        _files.StepsLeft = int.MaxValue;
        archive.Save(Equivocation(3, 8));

        Assert.That((full.IsStored, _output.Ids.ToArray()), Is.EqualTo((false, new[] { NotStored })));
        Assert.That(archive.List().Select(kept => kept.IsStored), Is.EqualTo(new[] { true, true }));
        Assert.That(Open().List(), Has.Exactly(2).Items);
    }

    [Test]
    public void What_there_was_no_room_for_is_stored_at_an_orderly_stop()
    {
        var archive = Open();
        _files.StepsLeft = 0;
        archive.Save(Equivocation(3, 7));
        _files.StepsLeft = int.MaxValue;

        archive.Store();

        Assert.That(Open().List(), Has.Exactly(1).Items);
    }

    [Test]
    public void A_file_with_any_byte_changed_or_missing_is_reported_or_still_proves_the_same()
    {
        Open().Save(Equivocation(3, 7));
        var (path, whole) = (Path.Join(Folder, _files.ListFiles(Folder).Single()), _files.ReadAll(Folder));
        for (var at = 0; at < whole.Length; at++)
        {
            var changed = whole.ToArray();
            changed[at] ^= 1;
            AssertNothingElseIsBelieved(path, changed, $"byte {at}");
            AssertNothingElseIsBelieved(path, whole.AsSpan(0, at), $"cut off at {at}");
        }
    }

    [Test]
    public void Evidence_under_the_name_of_another_one_of_another_cluster_or_with_other_keys_is_not_believed()
    {
        var archive = Open();
        archive.Save(Equivocation(3, 7));
        _files.Rename(Path.Join(Folder, _files.ListFiles(Folder).Single()), Path.Join(Folder, $"{Blake3.Hash("x"u8)}.json"));
        archive.Save(Equivocation(3, 8, new ClusterId(Guid.NewGuid())));
        archive.Save(Equivocation(3, 9, key: 2));

        var again = Open();

        Assert.That((again.List().Count, _output.Ids.Count(id => id == Damaged)), Is.EqualTo((0, 3)));
        Assert.That(_files.ListFiles(Folder), Has.Exactly(3).Items, "left for people to look at");
    }

    [Test]
    public void Of_one_member_and_of_all_no_more_is_kept_than_the_bound_and_that_is_said_once_for_each()
    {
        var archive = Open();
        for (uint signer = 1; signer <= 12; signer++)
        {
            for (ulong number = 1; number <= EvidenceArchive.PerMemberMax + 20; number++)
            {
                archive.Save(Equivocation(signer, number));
            }

            Assert.That(archive.List(), Has.Exactly((int)Math.Min(signer * EvidenceArchive.PerMemberMax, EvidenceArchive.Max)).Items);
        }

        Assert.That(_files.ListFiles(Folder), Has.Exactly(EvidenceArchive.Max).Items);
        Assert.That(_output.Ids.Count(id => id == Full), Is.EqualTo(12));
        Assert.That(Open().List(), Has.Exactly(EvidenceArchive.Max).Items);
    }

    [Test]
    public void A_folder_that_cannot_be_read_is_reported_and_the_node_goes_on()
    {
        Open().Save(Equivocation(3, 7));
        _files.IsUnreadable = true;

        Assert.That((Open().List().Count, _output.Ids.ToArray()), Is.EqualTo((0, new[] { Unreadable })));
    }

    // Node 50 has come with epoch 1, in place of node 4: the configuration does not have it.
    [Test]
    public void Evidence_of_a_later_epoch_is_judged_by_its_members_after_a_restart()
    {
        var first = EpochDescriptor.First(Cluster, EpochProtocol.Pbft, SignerSet.Create(Members.Members.Take(4), faultsTolerated: 1), [Keys.PublicKeyOf(100)]);
        var listed = NextMembers.Of(new uint[] { 1, 2, 3, 50 }.Select(id => new EpochMember(new NodeId(id), Keys.PublicKeyOf(id), $"node{id}:1")));
        var next = first.By(SealOrder.Give(first, new NextEpoch(EpochProtocol.Pbft) { Members = listed }, Keys.CreateSigner(100)), new LogPosition(new LogIndex(7), new Term(1), Blake3.Hash("7"u8)), default);
        var content = new HandoverContent(next, Blake3.Hash("state"u8));
        var statement = new Statement(first.Domain, StatementKind.Handover, default, content.Place, content.Hash);
        var signatures = new QuorumCertificate(statement, [.. Enumerable.Range(1, 3).Select(i => new MemberSignature(new NodeId((uint)i), statement.Sign(Keys.CreateSigner((ulong)i))))]);
        var epochs = new EpochHistory(first, [new HandoverCertificate(content, signatures) { Leaving = first.Members }]);
        var archive = Open(epochs);
        archive.Save(Equivocation(50, 7, epoch: next));
        archive.Save(Equivocation(4, 7, epoch: first));
        archive.Save(Equivocation(4, 8, epoch: next));

        var again = Open(epochs);

        Assert.That(again.List().Select(kept => kept.Document.Evidence.Signer.Value), Is.EquivalentTo(new[] { 50, 4 }));
        Assert.That(_output.Ids, Is.EqualTo(new[] { Damaged }), "what node 4 seems to have signed after it had left");
        Assert.That(Open(EpochHistory.Of(first)).List(), Has.Exactly(1).Items, "whoever knows the first epoch only believes what was signed there");
    }

    private static EquivocationEvidence Equivocation(uint signer, ulong number, ClusterId? cluster = null, ulong? key = null, EpochDescriptor? epoch = null)
    {
        var domain = epoch?.Domain ?? new SigningDomain(cluster ?? Cluster, Epoch.Zero, Members.Hash);
        var one = new Statement(domain, StatementKind.PbftPrepare, ViewNumber.Zero, new SequenceNumber(number), Blake3.Hash("one"u8));
        var other = one with { Hash = Blake3.Hash("other"u8) };
        var signing = Keys.CreateSigner(key ?? signer);
        return EquivocationEvidence.TryCreate(
            new SignedStatement(one, new NodeId(signer), one.Sign(signing)), new SignedStatement(other, new NodeId(signer), other.Sign(signing)), out var evidence, out var defect)
            ? evidence
            : throw new InvalidOperationException(defect.Detail);
    }

    private EvidenceArchive Open(IFileSystem? files = null)
    {
        var archive = new EvidenceArchive(new EvidenceFolder(files ?? _files, Folder), new NodeId(1), TimeProvider.System, _output);
        archive.Open(Cluster, Members, Keys);
        return archive;
    }

    private EvidenceArchive Open(EpochHistory epochs)
    {
        var archive = new EvidenceArchive(new EvidenceFolder(_files, Folder), new NodeId(1), TimeProvider.System, _output);
        archive.Open(epochs, Keys);
        return archive;
    }

    private void AssertNothingElseIsBelieved(string path, ReadOnlySpan<byte> content, string what)
    {
        _files.Replace(path, content);
        var before = _output.Ids.Count;
        var listed = Open().List();
        if (listed.Count == 0)
        {
            Assert.That(_output.Ids.Skip(before), Is.EqualTo(new[] { Damaged }), what);
        }
        else
        {
            // Hexadecimal digits have two cases, and the time is nobody's signature.
            Assert.That(listed.Single().Digest, Is.EqualTo(Equivocation(3, 7).ComputeDigest()), what);
        }
    }
}
