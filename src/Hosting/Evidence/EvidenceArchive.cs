using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid;
using Microsoft.Extensions.Logging;

namespace Consensus.Hosting;

/// <summary>What a node has found that proves other members faulty, kept in the folder <c>evidence</c> of its data folder over restarts.</summary>
/// <remarks>
/// <para>Safe to use from any number of threads; disks are waited for by whoever saves, never by whoever reads. Bounded: of a member at most <see cref="PerMemberMax"/> pieces are kept, the first
/// ones, and <see cref="Max"/> in all: a member that is proven faulty does not become more so.</para>
/// <para>What is read from the disk is believed only if its signatures are valid with the members' present keys, in a hybrid with those of the epoch in which it was signed; else it is reported, left where it is,
/// and not listed.</para>
/// </remarks>
public sealed partial class EvidenceArchive : IEvidenceStore
{
    /// <summary>How many pieces are kept.</summary>
    public const int Max = 1000;

    /// <summary>How many pieces about one member are kept.</summary>
    public const int PerMemberMax = 100;

    private readonly EvidenceFolder _folder;
    private readonly NodeId _node;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly List<ArchivedEvidence> _kept = [];
    private readonly HashSet<NodeId> _full = [];

    /// <param name="folder">Where the files are.</param>
    /// <param name="node">Whose they are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told what goes wrong.</param>
    internal EvidenceArchive(EvidenceFolder folder, NodeId node, TimeProvider time, ILogger logger)
    {
        _folder = folder;
        _node = node;
        _time = time;
        _logger = logger;
    }

    /// <summary>What is kept now, in the order in which it was found.</summary>
    public IReadOnlyList<ArchivedEvidence> List()
    {
        lock (_gate)
        {
            return [.. _kept];
        }
    }

    /// <summary>The evidence of a name, or <see langword="null"/> if it is not kept here.</summary>
    public ArchivedEvidence? Find(Digest digest)
    {
        lock (_gate)
        {
            return _kept.Find(kept => kept.Digest == digest);
        }
    }

    /// <inheritdoc/>
    public void Save(EquivocationEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        Keep(new ArchivedEvidence(evidence.ComputeDigest(), new EvidenceDocument(evidence, _time.GetUtcNow()), IsStored: false));
        Store();
    }

    /// <summary>Reads what earlier runs have kept. The data folder must be locked.</summary>
    /// <param name="cluster">Whose evidence it must be.</param>
    /// <param name="members">The members and their keys.</param>
    /// <param name="signatures">What does the arithmetic.</param>
    internal void Open(ClusterId cluster, SignerSet members, ISignatureVerifier signatures) => Open(evidence =>
        evidence.Domain.Cluster != cluster ? $"It is of cluster {evidence.Domain.Cluster}."
        : EvidenceVerifier.Verify(evidence, members, signatures, out var defect) ? null
        : defect.Detail);

    /// <summary>Reads what earlier runs of a hybrid's member have kept. The data folder must be locked.</summary>
    /// <param name="epochs">The epochs that have begun: what was signed in one of them is judged by its members.</param>
    /// <param name="signatures">What does the arithmetic.</param>
    internal void Open(EpochHistory epochs, ISignatureVerifier signatures) => Open(evidence => epochs.Verify(evidence, signatures, out var defect) ? null : defect.Detail);

    private void Open(Func<EquivocationEvidence, string?> defectOf)
    {
        IReadOnlyList<string> paths;
        try
        {
            paths = _folder.Open();
        }
        catch (Exception exception) when (EvidenceFolder.IsDiskFailure(exception))
        {
            Log.Unreadable(_logger, _node, exception.Message);
            return;
        }

        var found = new List<ArchivedEvidence>();
        foreach (var path in paths)
        {
            if (!_folder.TryRead(path, out var document, out var problem) || (problem = defectOf(document.Evidence)) is not null)
            {
                Log.Damaged(_logger, _node, path, problem);
                continue;
            }

            found.Add(new ArchivedEvidence(document.Evidence.ComputeDigest(), document, IsStored: true));
        }

        foreach (var evidence in found.OrderBy(evidence => evidence.Document.SeenAt))
        {
            Keep(evidence);
        }
    }

    /// <summary>Tries once more to store what there was no room for.</summary>
    internal void Store()
    {
        foreach (var evidence in List().Where(kept => !kept.IsStored))
        {
            try
            {
                _folder.Write(evidence.Document);
            }
            catch (Exception exception) when (EvidenceFolder.IsDiskFailure(exception))
            {
                Log.NotStored(_logger, _node, evidence.Digest, evidence.Document.Evidence.Signer, exception.Message);
                return;
            }

            lock (_gate)
            {
                _kept[_kept.IndexOf(evidence)] = evidence with { IsStored = true };
            }
        }
    }

    private void Keep(ArchivedEvidence evidence)
    {
        var culprit = evidence.Document.Evidence.Signer;
        bool isFull;
        lock (_gate)
        {
            if (_kept.Exists(kept => kept.Digest == evidence.Digest))
            {
                return;
            }

            isFull = _kept.Count >= Max || _kept.Count(kept => kept.Document.Evidence.Signer == culprit) >= PerMemberMax;
            if (!isFull)
            {
                _kept.Add(evidence);
            }
        }

        if (isFull && _full.Add(culprit))
        {
            Log.Full(_logger, _node, culprit, PerMemberMax, Max);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 164,
            EventName = "consensus.node.evidence_not_stored",
            Level = LogLevel.Warning,
            Message = "Node {Node} cannot store the evidence {Evidence} against node {Culprit}: {Reason} It is kept in memory, and stored when there is room; until then a stop of the process loses it.")]
        public static partial void NotStored(ILogger logger, NodeId node, Digest evidence, NodeId culprit, string reason);

        [LoggerMessage(
            EventId = 165,
            EventName = "consensus.node.evidence_damaged",
            Level = LogLevel.Warning,
            Message = "Node {Node}: the file {File} is no evidence, or none under the keys of the members, and is left out. {Reason} If it was, the disk should be looked at.")]
        public static partial void Damaged(ILogger logger, NodeId node, string file, string reason);

        [LoggerMessage(
            EventId = 166,
            EventName = "consensus.node.evidence_full",
            Level = LogLevel.Warning,
            Message = "Node {Node} keeps no more evidence against node {Culprit}: at most {PerMember} pieces about one member are kept, {All} in all. What is kept proves it faulty.")]
        public static partial void Full(ILogger logger, NodeId node, NodeId culprit, int perMember, int all);

        [LoggerMessage(
            EventId = 167,
            EventName = "consensus.node.evidence_unreadable",
            Level = LogLevel.Warning,
            Message = "Node {Node} cannot read the evidence that it has kept: {Reason} It goes on without; the files are left as they are.")]
        public static partial void Unreadable(ILogger logger, NodeId node, string reason);
    }
}
