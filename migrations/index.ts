import { PhoneMappings1763800000001 } from "./1763800000001-phoneMappings.ts";
import { CallLogs1763800000002 } from "./1763800000002-callLogs.ts";
import { NumberPools1763800000003 } from "./1763800000003-numberPools.ts";
import { Locks1763800000004 } from "./1763800000004-locks.ts";
import { PoolStates1763800000005 } from "./1763800000005-poolStates.ts";
import { MappingSearch1763800000006 } from "./1763800000006-mappingSearch.ts";
import { PoolOrder1763800000007 } from "./1763800000007-poolOrder.ts";
import { Imports1763800000010 } from "./1763800000010-imports.ts";
import { CallStatistics1763800000015 } from "./1763800000015-callStatistics.ts";
import { ImportPlaces1763800000016 } from "./1763800000016-importPlaces.ts";
import { Access1763800000020 } from "./1763800000020-access.ts";
import { NumbersInUse1763800000030 } from "./1763800000030-numbersInUse.ts";
import { MappingOrder1763800000031 } from "./1763800000031-mappingOrder.ts";
import { BulkChanges1763800000040 } from "./1763800000040-bulkChanges.ts";
import { ExpiryOrder1763800000041 } from "./1763800000041-expiryOrder.ts";

/** In the order in which they run. A migration that has been released is never changed, only followed. */
export const migrations = [
  PhoneMappings1763800000001,
  CallLogs1763800000002,
  NumberPools1763800000003,
  Locks1763800000004,
  PoolStates1763800000005,
  MappingSearch1763800000006,
  PoolOrder1763800000007,
  Imports1763800000010,
  CallStatistics1763800000015,
  ImportPlaces1763800000016,
  Access1763800000020,
  NumbersInUse1763800000030,
  MappingOrder1763800000031,
  BulkChanges1763800000040,
  ExpiryOrder1763800000041,
] as const;
