'use client'
import { Segmented } from '~/components/ui/segmented'
import { TRAFFIC_WINDOWS, type TrafficWindow, trafficWindows } from './traffic-windows'

const options = TRAFFIC_WINDOWS.map((value) => ({ value, label: trafficWindows[value].label }))

export function WindowSwitch({ value, onChange }: { value: TrafficWindow; onChange: (next: TrafficWindow) => void }) {
  return <Segmented label="Span of the charts" value={value} options={options} onValueChange={onChange} />
}
