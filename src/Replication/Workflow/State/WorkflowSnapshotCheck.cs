using System.Text;
using System.Text.Unicode;
using Consensus.Cryptography;
using Consensus.Replication.State;
using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>
/// Whether a tree that was read from a snapshot is one that this machine could have come to, so that whatever it holds can be decoded and
/// counted down later. What is not is refused when restored: a command that stumbles over it would stop the replica.
/// </summary>
/// <remarks>Properties of cases, of which there may be millions, are walked over and not decoded.</remarks>
internal sealed class WorkflowSnapshotCheck
{
    /// <summary>A deployed overlay holds the time and the index beside what the command held.</summary>
    private const int DeploymentBytesMax = 32;

    private const string ImpossibleName = "a record's name could not be the name of any";

    private readonly StateTree _tree;
    private readonly WorkflowLimits _limits;
    private readonly Dictionary<Digest, GraphCensus> _byDigest = [];
    private readonly List<GraphCensus> _graphs = [];
    private readonly WorkflowState _counters;
    private int _cases;
    private int _policies;

    private WorkflowSnapshotCheck(StateTree tree, WorkflowLimits limits)
    {
        _tree = tree;
        _limits = limits;
        _counters = new WorkflowState(limits);
    }

    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.SnapshotInvalid"/>: the tree is not one of this machine's.</exception>
    public static void ThrowUnlessValid(StateTree tree, WorkflowLimits limits)
    {
        try
        {
            new WorkflowSnapshotCheck(tree, limits).Check();
        }
        catch (MessagePackSerializationException exception)
        {
            throw Invalid("a record cannot be decoded", exception);
        }
    }

    private void Check()
    {
        foreach (var entry in _tree.Scan([(byte)WorkflowArea.Graph]))
        {
            ReadGraph(entry.Key.Span[1..], entry.Value);
        }

        foreach (var entry in _tree.Scan(default))
        {
            Check((WorkflowArea)entry.Key.Span[0], entry.Key.Span, entry.Value);
        }

        CheckCounters();
    }

    private void Check(WorkflowArea area, ReadOnlySpan<byte> key, ReadOnlyMemory<byte> value)
    {
        switch (area)
        {
            case WorkflowArea.Case:
                Require(IsText(key[1..], NameRule.CheckCaseId), ImpossibleName);
                CheckCase(value);
                break;
            case WorkflowArea.DeployedGraph:
                var deployed = FindGraph(value.Span);
                Require(deployed.Graph.Graph.Name == Name(key), "a graph is deployed under another name than its own");
                deployed.CountDeployment();
                _counters.AddToCount(WorkflowArea.DeployedGraph, 1);
                break;
            case WorkflowArea.Policy:
                CheckPolicy(key, value);
                break;
            case WorkflowArea.Overlay:
                CheckOverlay(key, value);
                break;
            case WorkflowArea.OperationData:
                CheckOperationData(key[1..], value);
                break;
            case WorkflowArea.Graph:
                break;
            case WorkflowArea.GraphUse:
            case WorkflowArea.CasesInState:
            case WorkflowArea.Count:
                Require(value.Length == sizeof(ulong), "a counter does not have 8 bytes");
                break;
            default:
                throw Invalid($"a key begins with {(byte)area}, and keys of this machine begin with 1 to 9");
        }
    }

    private void ReadGraph(ReadOnlySpan<byte> digest, ReadOnlyMemory<byte> value)
    {
        Require(value.Length <= _limits.CommandBytesMax, "a graph is larger than any command");
        var graph = CaseGraphCodec.Read(value);
        var isOwn = digest.Length == Digest.Size && new Digest(digest) == Blake3.Hash(value.Span);
        Require(isOwn && CaseGraphRule.Check(graph, _limits).IsAccepted, "a graph is not valid, or not stored under its own digest");
        var census = new GraphCensus(new CompiledGraph(new Digest(digest), graph));
        _byDigest.Add(census.Graph.Digest, census);
        _graphs.Add(census);
    }

    private void CheckCase(ReadOnlyMemory<byte> value)
    {
        var reader = new MessagePackReader(value);
        FieldCodec.ReadHeader(ref reader, CaseCodec.RecordFields);
        var graph = FindGraph(reader.ReadBytes().GetValueOrDefault().FirstSpan);
        var state = FieldCodec.ReadText(ref reader);
        Require(value.Length <= _limits.CaseBytesMax && graph.Graph.Has(state), "a case is too large, or in a state that its graph does not have");
        reader.ReadUInt64();
        reader.ReadInt64();
        reader.ReadInt64();
        var properties = reader.ReadMapHeader();
        Require(properties <= _limits.PropertiesMax, "a case has more properties than allowed");
        for (; properties > 0; properties--)
        {
            var isProperty = reader.TryReadStringSpan(out var name) && Utf8.IsValid(name) && reader.ReadBytes().HasValue;
            Require(isProperty, "a property of a case is none");
        }

        Require(reader.End, "bytes follow a case");
        graph.CountCase(state);
        _cases++;
    }

    private void CheckPolicy(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> value)
    {
        Require(value.Length <= _limits.CommandBytesMax && ++_policies <= _limits.PoliciesMax, "there are more or larger policies than allowed");
        var policy = PolicyCodec.Read(value);
        var isOwn = policy.Name == Name(key) && PolicyCodec.ToBytes(policy).AsSpan().SequenceEqual(value.Span);
        Require(isOwn && PolicyRule.Check(policy, _limits).IsAccepted, "a policy is not valid, or not stored under its own name");
    }

    private void CheckOverlay(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> value)
    {
        Require(value.Length <= _limits.CommandBytesMax + DeploymentBytesMax, "an overlay is larger than any command");
        var reader = new MessagePackReader(value);
        var deployed = OverlayCodec.ReadDeployed(ref reader);
        var isOwn = deployed.Overlay.Name == Name(key) && OverlayCodec.ToBytes(deployed).AsSpan().SequenceEqual(value.Span);
        Require(isOwn && new DeployOverlay(deployed.Overlay).Check(_limits).IsAccepted, "an overlay is not valid, or not stored under its own name");
        _counters.AddToCount(WorkflowArea.Overlay, 1);
    }

    private void CheckOperationData(ReadOnlySpan<byte> names, ReadOnlyMemory<byte> value)
    {
        var separator = names.IndexOf((byte)0);
        var inner = names[(separator + 1)..].Length;
        var isPossible = separator > 0 && inner is > 0 and <= WorkflowLimits.OperationKeyBytesMax && value.Length <= _limits.OperationValueBytesMax;
        Require(isPossible && IsText(names[..separator], name => NameRule.Check("an operation", name)), "an operation's data could not have been written by any");
    }

    /// <summary>The counters must be those that the records add up to: one that is too small would be counted below zero.</summary>
    private void CheckCounters()
    {
        foreach (var graph in _graphs)
        {
            Require(graph.IsUsed, "a graph is stored that nothing uses");
            graph.AddTo(_counters);
        }

        _counters.AddToCount(WorkflowArea.Case, _cases);
        using var counted = _counters.Capture();
        var left = counted.Count;
        foreach (var area in (ReadOnlySpan<WorkflowArea>)[WorkflowArea.GraphUse, WorkflowArea.CasesInState, WorkflowArea.Count])
        {
            foreach (var entry in _tree.Scan([(byte)area]))
            {
                var isRight = _counters.TryGet(entry.Key.Span, out var expected) && expected.Span.SequenceEqual(entry.Value.Span);
                Require(isRight, "a counter is not what the records add up to");
                left--;
            }
        }

        Require(left == 0, "a counter is missing");
    }

    private GraphCensus FindGraph(ReadOnlySpan<byte> digest)
    {
        Require(digest.Length == Digest.Size, "the digest of a graph does not have 32 bytes");
        return _byDigest.TryGetValue(new Digest(digest), out var graph) ? graph : throw Invalid("a graph that is in use is missing");
    }

    private static string Name(ReadOnlySpan<byte> key)
    {
        Require(IsText(key[1..], name => NameRule.Check("a record", name)), ImpossibleName);
        return WorkflowKey.NameIn(key);
    }

    private static bool IsText(ReadOnlySpan<byte> name, Func<string, WorkflowVerdict> check) =>
        Utf8.IsValid(name) && check(Encoding.UTF8.GetString(name)).IsAccepted;

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
