using Consensus.Replication.State;
using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>
/// Whether a tree that was read from a snapshot is one of this machine's. The bytes were compared with their checksum already, so this is about
/// snapshots of another machine or a newer version: they must be refused when restored, not stop the replica commands later.
/// </summary>
/// <remarks>Of cases only the graph is looked up: there may be millions, and decoding them all would make restoring several times slower.</remarks>
internal static class WorkflowSnapshotCheck
{
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.SnapshotInvalid"/>: the tree is not one of this machine's.</exception>
    public static void ThrowUnlessValid(StateTree tree)
    {
        try
        {
            foreach (var entry in tree.Scan(default))
            {
                Check(tree, entry);
            }
        }
        catch (MessagePackSerializationException exception)
        {
            throw Invalid("a record cannot be decoded", exception);
        }
    }

    private static void Check(StateTree tree, in StateTreeEntry entry)
    {
        var value = entry.Value;
        switch ((WorkflowArea)entry.Key.Span[0])
        {
            case WorkflowArea.Case:
                var reader = new MessagePackReader(value);
                FieldCodec.ReadHeader(ref reader, CaseCodec.RecordFields);
                RequireGraph(tree, FieldCodec.ReadBytes(ref reader));
                break;
            case WorkflowArea.DeployedGraph:
                RequireGraph(tree, value.Span);
                break;
            case WorkflowArea.Graph:
                CaseGraphCodec.Read(value);
                break;
            case WorkflowArea.Policy:
                PolicyCodec.Read(value);
                break;
            case WorkflowArea.Overlay:
                var overlay = new MessagePackReader(value);
                OverlayCodec.ReadDeployed(ref overlay);
                break;
            case WorkflowArea.GraphUse:
            case WorkflowArea.CasesInState:
            case WorkflowArea.Count:
                Require(value.Length == sizeof(ulong), "a counter does not have 8 bytes");
                break;
            case WorkflowArea.OperationData:
                break;
            default:
                throw Invalid($"a key begins with {entry.Key.Span[0]}, and keys of this machine begin with 1 to 9");
        }
    }

    private static void RequireGraph(StateTree tree, ReadOnlySpan<byte> digest)
    {
        Require(digest.Length == Digest.Size, "the digest of a graph does not have 32 bytes");
        var key = WorkflowKey.Of(WorkflowArea.Graph, new Digest(digest), stackalloc byte[WorkflowKey.BytesMax]);
        Require(tree.TryGet(key, out _), "a graph that is in use is missing");
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw Invalid(problem);
        }
    }

    private static ConsensusException Invalid(string problem, Exception? cause = null) =>
        new(ConsensusFailure.SnapshotInvalid, $"The snapshot is not one of a workflow machine of this version: {problem}.", cause);
}
