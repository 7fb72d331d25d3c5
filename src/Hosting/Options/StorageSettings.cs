using System.ComponentModel.DataAnnotations;
using Consensus.Storage.Log;

namespace Consensus.Hosting;

/// <summary>The settings of the write-ahead log as they stand in JSON; <see cref="WriteAheadLogOptions"/> explains them.</summary>
public sealed class StorageSettings
{
    /// <inheritdoc cref="WriteAheadLogOptions.SegmentBytes"/>
    /// <value>
    /// 64 MiB; 4 KiB to 512 MiB, a multiple of 512 bytes, and at least 64 KiB more than what may be under way: with Raft the sum of
    /// <see cref="RaftSettings.UncommittedBytesMax"/>, <see cref="ReplicaSettings.CommandBytesMax"/>, <see cref="RaftSettings.InflightBytesMax"/> and one message; with
    /// PBFT the blocks of the pipeline, a further one and <see cref="ByzantineSettings.CatchUpBytes"/>.
    /// </value>
    [Range(WriteAheadLogOptions.SegmentBytesMin, WriteAheadLogOptions.SegmentBytesMax)]
    public int SegmentBytes { get; set; } = new WriteAheadLogOptions().SegmentBytes;
}
