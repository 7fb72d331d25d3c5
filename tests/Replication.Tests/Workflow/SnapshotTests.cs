using Consensus.Replication.State;

namespace Consensus.Replication.Tests.Workflow;

public sealed class SnapshotTests
{
    private static readonly byte[] Counter = new byte[8];

    private static IEnumerable<TestCaseData> Foreign()
    {
        yield return Row("a key begins with 107, and keys of this machine begin with 1 to 9", [.. "key"u8], [.. "value"u8]);
        yield return Row("a key begins with 0, and keys of this machine begin with 1 to 9", [0], []);
        yield return Row("a key begins with 10, and keys of this machine begin with 1 to 9", [10], []);
        yield return Row("a record cannot be decoded", [1, (byte)'a'], [0xC1]);
        yield return Row("a record cannot be decoded", [3, .. new byte[32]], [0x95]);
        yield return Row("a record cannot be decoded", [5, (byte)'p'], []);
        yield return Row("a record cannot be decoded", [6, (byte)'o'], [0x93]);
        yield return Row("a graph that is in use is missing", [1, (byte)'a'], [0x96, 0xC4, 32, .. new byte[32]]);
        yield return Row("a graph that is in use is missing", [2, (byte)'g'], new byte[32]);
        yield return Row("the digest of a graph does not have 32 bytes", [2, (byte)'g'], new byte[31]);
        yield return Row("a counter does not have 8 bytes", [4, .. new byte[32]], Counter[1..]);
        yield return Row("a counter does not have 8 bytes", [7, (byte)'g', 0, (byte)'s'], []);
        yield return Row("a counter does not have 8 bytes", [8, 1], new byte[9]);
    }

    private static TestCaseData Row(string problem, byte[] key, byte[] value) =>
        new TestCaseData(problem, key, value).SetArgDisplayNames(problem, Convert.ToHexString(key));

    [TestCaseSource(nameof(Foreign))]
    public void A_snapshot_of_something_else_is_refused_and_the_state_is_as_it_was(string problem, byte[] key, byte[] value)
    {
        var bed = new WorkflowBed().Given(Samples.NewOrder("order-1"));
        var before = bed.Hash;
        var tree = new StateTree();
        tree.Set(key, value);
        using var stream = new MemoryStream();
        tree.Freeze().WriteTo(stream);
        stream.Position = 0;
        var exception = Assert.Throws<ConsensusException>(() => bed.Machine.Restore(stream));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(exception.Reason, Is.EqualTo(ConsensusFailure.SnapshotInvalid));
            Assert.That(exception.Message, Is.EqualTo($"The snapshot is not one of a workflow machine of this version: {problem}."));
            Assert.That(bed.Hash, Is.EqualTo(before));
        }
    }
}
