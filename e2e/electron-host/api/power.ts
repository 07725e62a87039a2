// Owns powerMonitor and powerSaveBlocker. The machine never sleeps here; tests emit suspend, resume, lock-screen ….
import { EventEmitter } from 'node:events'
import type { PowerMonitor, PowerSaveBlocker } from 'electron'
import { offered, offeredClass, type Part } from '../refusal.ts'

class HostPowerMonitor extends EventEmitter implements Part<PowerMonitor> {
  onBatteryPower = false
  isOnBatteryPower(): boolean {
    return this.onBatteryPower
  }
  getSystemIdleTime(): number {
    return 0
  }
  getSystemIdleState(): 'active' {
    return 'active'
  }
}

const HostedPowerMonitor = offeredClass<new () => PowerMonitor>('PowerMonitor')(HostPowerMonitor)
export const powerMonitor = new HostedPowerMonitor()

const blockers = new Set<number>()
let lastBlocker = 0

export const powerSaveBlocker = offered<PowerSaveBlocker>('PowerSaveBlocker', {
  start() {
    blockers.add(++lastBlocker)
    return lastBlocker
  },
  stop: (id) => blockers.delete(id),
  isStarted: (id) => blockers.has(id),
})
