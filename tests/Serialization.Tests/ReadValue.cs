namespace Consensus.Serialization.Tests;

internal delegate T ReadValue<out T>(ref MessagePackReader reader);
