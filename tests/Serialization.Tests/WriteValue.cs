namespace Consensus.Serialization.Tests;

internal delegate void WriteValue(ref MessagePackWriter writer);
